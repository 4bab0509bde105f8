/// A small blocking client of the Redis protocol, made for deep pipelines.
@NullMarked
package dev.drover.redis.wire;

import org.jspecify.annotations.NullMarked;
