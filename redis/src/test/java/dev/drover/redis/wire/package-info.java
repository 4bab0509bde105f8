@NullMarked
package dev.drover.redis.wire;

import org.jspecify.annotations.NullMarked;
