/// What gateways share, shown with a store in memory.
@NullMarked
package dev.drover.gateway;

import org.jspecify.annotations.NullMarked;
