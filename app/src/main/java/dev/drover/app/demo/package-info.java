/// The demo: a scope that moves between two real Redis servers and back while clients write and
/// read, and the count of what that cost them.
@NullMarked
package dev.drover.app.demo;

import org.jspecify.annotations.NullMarked;
