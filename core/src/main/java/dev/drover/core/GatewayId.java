package dev.drover.core;

/// The name of a gateway, kept over its restarts.
public record GatewayId(String value) implements Comparable<GatewayId> {
  public GatewayId {
    Names.checked("gateway", value);
  }

  @Override
  public int compareTo(GatewayId that) {
    return value.compareTo(that.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
