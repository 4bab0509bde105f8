/// The state store in a single Redis server that somebody already runs.
@NullMarked
package dev.drover.store.redis;

import org.jspecify.annotations.NullMarked;
