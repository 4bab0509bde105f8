/// A store that lives as long as its process.
@NullMarked
package dev.drover.store.memory;

import org.jspecify.annotations.NullMarked;
