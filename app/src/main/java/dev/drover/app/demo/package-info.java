/// The demo: a partition that moves between two real homes and back while clients write and read,
/// and the count of what that cost them. What is moved, and by whom it is written, is an engine's
/// kit.
@NullMarked
package dev.drover.app.demo;

import org.jspecify.annotations.NullMarked;
