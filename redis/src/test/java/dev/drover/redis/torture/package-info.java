@NullMarked
package dev.drover.redis.torture;

import org.jspecify.annotations.NullMarked;
