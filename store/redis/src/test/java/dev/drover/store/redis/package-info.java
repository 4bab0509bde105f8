@NullMarked
package dev.drover.store.redis;

import org.jspecify.annotations.NullMarked;
