/// What the demo needs of an engine: its homes as processes, content, and clients that write and
/// read.
@NullMarked
package dev.drover.engine.demo;

import org.jspecify.annotations.NullMarked;
