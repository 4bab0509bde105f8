/// Real Redis servers for tests.
@NullMarked
package dev.drover.redis.testing;

import org.jspecify.annotations.NullMarked;
