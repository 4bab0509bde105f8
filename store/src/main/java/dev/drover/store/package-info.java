/// The seam between the protocol and the small linearizable key-value store that holds the truth.
@NullMarked
package dev.drover.store;

import org.jspecify.annotations.NullMarked;
