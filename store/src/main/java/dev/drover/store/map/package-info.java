/// The state machine of a store that holds all its keys in one process.
@NullMarked
package dev.drover.store.map;

import org.jspecify.annotations.NullMarked;
