/// The Redis engine in the demo: keys of every type, and clients of a well-known library.
@NullMarked
package dev.drover.redis.demo;

import org.jspecify.annotations.NullMarked;
