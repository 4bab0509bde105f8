/// The engine `redis`: its gateway, its mover, and what both share.
@NullMarked
package dev.drover.redis;

import org.jspecify.annotations.NullMarked;
