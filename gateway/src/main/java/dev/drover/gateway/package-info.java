/// What gateways of every engine share: leases, routes, gates and receipts.
@NullMarked
package dev.drover.gateway;

import org.jspecify.annotations.NullMarked;
