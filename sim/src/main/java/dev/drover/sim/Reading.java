package dev.drover.sim;

import dev.drover.core.gate.Route;
import java.util.List;

/// One read of a gateway's client at its home.
final class Reading extends Exchange {
  Reading(SimGateway gateway, Route route) {
    super(gateway, List.of(route));
  }
}
