/// The gateway in front of real servers, with real clients and raw sockets.
@NullMarked
package dev.drover.redis.gateway;

import org.jspecify.annotations.NullMarked;
