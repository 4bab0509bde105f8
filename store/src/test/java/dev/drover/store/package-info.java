/// The conformance kit: what every store must do.
@NullMarked
package dev.drover.store;

import org.jspecify.annotations.NullMarked;
