/// The Redis engine as a plug.
@NullMarked
package dev.drover.redis.plug;

import org.jspecify.annotations.NullMarked;
