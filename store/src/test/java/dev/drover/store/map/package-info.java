@NullMarked
package dev.drover.store.map;

import org.jspecify.annotations.NullMarked;
