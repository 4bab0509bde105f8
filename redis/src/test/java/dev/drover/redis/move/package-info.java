@NullMarked
package dev.drover.redis.move;

import org.jspecify.annotations.NullMarked;
