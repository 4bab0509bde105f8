/// The Redis engine under torture: its clients' commands, scripts and functions, and a look at its
/// homes.
@NullMarked
package dev.drover.redis.torture;

import org.jspecify.annotations.NullMarked;
