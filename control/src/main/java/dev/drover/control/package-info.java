/// Drives moves: the shells of the driver machine, the queue, recovery, and the REST API.
@NullMarked
package dev.drover.control;

import org.jspecify.annotations.NullMarked;
