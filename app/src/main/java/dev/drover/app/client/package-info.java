/// The server as its clients see it: its API over HTTP, a move followed to its end, and what a
/// terminal shows of it.
@NullMarked
package dev.drover.app.client;

import org.jspecify.annotations.NullMarked;
