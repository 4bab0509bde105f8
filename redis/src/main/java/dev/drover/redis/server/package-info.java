/// Runs Redis servers, for the demo and under torture.
@NullMarked
package dev.drover.redis.server;

import org.jspecify.annotations.NullMarked;
