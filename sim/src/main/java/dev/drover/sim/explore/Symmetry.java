package dev.drover.sim.explore;

/// States that differ only in which gateway, or which write of a gateway, is which are one state:
/// they have one fingerprint.
final class Symmetry {
  private final int gateways;
  private final int writes;
  private final Machines machines;

  /// By whether the gateways change places, and whether the writes of each do.
  private final Fingerprint[] prints;

  Symmetry(Size size, Machines machines) {
    this.gateways = size.gateways();
    this.writes = size.writes();
    this.machines = machines;
    prints = new Fingerprint[8];
    for (int places = 0; places < prints.length; places++) {
      prints[places] = new Fingerprint(masks(places));
    }
  }

  private int[] masks(int places) {
    int[] masks = new int[1 << (gateways * writes)];
    for (int mask = 0; mask < masks.length; mask++) {
      for (int g = 0; g < gateways; g++) {
        for (int i = 0; i < writes; i++) {
          if ((mask & 1 << (g * writes + i)) != 0) {
            int toGateway = (places & 4) == 0 ? g : 1 - g;
            int to = (places & 1 << g) == 0 ? i : 1 - i;
            masks[mask] |= 1 << (toGateway * writes + to);
          }
        }
      }
    }
    return masks;
  }

  long fingerprint(State s) {
    int swaps = 0;
    if (writes == 2) {
      for (int g = 0; g < gateways; g++) {
        swaps |= key(s, g, 0) < key(s, g, 1) ? 1 << g : 0;
      }
    }
    long print = s.fingerprint(prints[swaps], swaps, false, machines);
    if (gateways == 2) {
      print = Math.min(print, s.fingerprint(prints[swaps | 4], swaps, true, machines));
    }
    // What is wrong was done by the step, and need not show in the state.
    return s.wrong == null ? print : print * 31 + s.wrong.hashCode();
  }

  /// All that a state has of one write; of two writes that are alike in this it does not matter
  /// which is which.
  @SuppressWarnings("EnumOrdinal") // not stored
  private long key(State s, int g, int i) {
    int bit = g * writes + i;
    Op op = s.gateways[g].writes[i];
    long key = (op.phase().ordinal() * 2L + op.home()) * 16 + op.guard() + 1;
    key = key << 1 | (s.content[0] >> bit & 1);
    key = key << 1 | (s.content[1] >> bit & 1);
    key = key << 1 | (s.acked >> bit & 1);
    key = key << 1 | (s.failed >> bit & 1);
    for (ControllerState c : s.controllers) {
      key = key << 2 | (c.read < 0 ? 2 : c.read >> bit & 1);
      key = key << 2 | (c.stray < 0 ? 2 : c.stray >> bit & 1);
    }
    for (GatewayState each : s.gateways) {
      for (Op read : each.reads) {
        key = key << 1 | (read.known() >> bit & 1);
      }
    }
    return key;
  }
}
