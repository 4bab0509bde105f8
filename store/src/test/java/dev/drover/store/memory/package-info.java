@NullMarked
package dev.drover.store.memory;

import org.jspecify.annotations.NullMarked;
