/// The RESP gateway: any Redis client in front, the homes behind, the gate between.
@NullMarked
package dev.drover.redis.gateway;

import org.jspecify.annotations.NullMarked;
