@NullMarked
package dev.drover.store.log;

import org.jspecify.annotations.NullMarked;
