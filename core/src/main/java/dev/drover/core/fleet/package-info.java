/// The fleet of gateways: what each one decides, and what others know of it.
@NullMarked
package dev.drover.core.fleet;

import org.jspecify.annotations.NullMarked;
