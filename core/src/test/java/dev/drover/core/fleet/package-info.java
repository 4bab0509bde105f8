@NullMarked
package dev.drover.core.fleet;

import org.jspecify.annotations.NullMarked;
