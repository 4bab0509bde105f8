/// Moves scopes (all keys under a prefix) between Redis servers.
@NullMarked
package dev.drover.redis.move;

import org.jspecify.annotations.NullMarked;
