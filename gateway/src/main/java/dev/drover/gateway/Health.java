package dev.drover.gateway;

import java.util.List;

/// How a gateway is, for people and probes.
///
/// @param serving whether partitions at rest are served
/// @param movingServed whether partitions that move are served as well: the short lease stands
/// @param membership where it is on its way to serve
/// @param partitions how many it knows
/// @param refused why it may not join the fleet at all, such as that another process has its name;
///   empty if it may
/// @param problems what is wrong, by name; empty if nothing is
public record Health(
    boolean serving,
    boolean movingServed,
    String membership,
    int partitions,
    String refused,
    List<String> problems) {
  public Health {
    problems = List.copyOf(problems);
  }

  public Health with(List<String> otherProblems) {
    return new Health(serving, movingServed, membership, partitions, refused, otherProblems);
  }
}
