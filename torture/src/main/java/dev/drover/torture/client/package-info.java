/// A client process: reads and writes through the gateways, and writes down what came of it.
@NullMarked
package dev.drover.torture.client;

import org.jspecify.annotations.NullMarked;
