package dev.drover.opensearch.move;

import dev.drover.core.mover.MoverException;
import dev.drover.core.mover.MoverTask;
import dev.drover.opensearch.wire.Answer;
import dev.drover.opensearch.wire.HomeClient;
import dev.drover.opensearch.wire.HomeFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLongArray;
import tools.jackson.databind.node.ObjectNode;

/// Makes the target ready: which index goes where, and indices of the tenant's own.
///
/// An index that the move makes has the alias `drover-made-MOVE` from its beginning, so whoever
/// takes the move back knows which ones to delete.
final class Targets {
  private final MoverTask task;
  private final Place from;
  private final Place to;
  private final Fence fence;

  Targets(MoverTask task, Place from, Place to, Fence fence) {
    this.task = task;
    this.from = from;
    this.to = to;
    this.fence = fence;
  }

  static String made(MoverTask task) {
    return Shapes.MADE + task.move();
  }

  /// Whether a move has made it and nothing was copied into it: its driver ended just then.
  static boolean leftover(Place at, IndexLook index) throws HomeFailure, InterruptedException {
    boolean made =
        index.aliases().propertyNames().stream().anyMatch(alias -> alias.startsWith(Shapes.MADE));
    return made && Counts.of(at, List.of(index.name())) == 0;
  }

  /// What stands at the target although nothing was copied; empty if nothing does.
  List<IndexLook> standing() throws HomeFailure, InterruptedException {
    List<IndexLook> standing = new ArrayList<>();
    for (IndexLook index : to.indices().values()) {
      boolean there = to.shared() ? Counts.of(to, List.of(index.name())) > 0 : !leftover(to, index);
      if (there) {
        standing.add(index);
      }
    }
    return standing;
  }

  /// Takes away what stands at the target before this move has copied anything.
  ///
  /// @param removal takes documents out of an index that is shared
  void clear(Removal removal) throws HomeFailure, MoverException, InterruptedException {
    List<IndexLook> standing = standing();
    if (!standing.isEmpty() && !task.options().overwrite()) {
      throw new MoverException.Refused(
          "%s holds %s of tenant '%s' that no copy has brought there. Delete that, or begin again with --overwrite"
              .formatted(
                  to,
                  to.shared()
                      ? "documents"
                      : "indices (" + String.join(", ", names(standing)) + ")",
                  to.tenant()),
          null);
    }
    if (to.shared()) {
      removal.documents(names(standing));
      return;
    }
    for (IndexLook index : to.indices().values()) {
      removal.index(index.name(), index.uuid());
    }
  }

  private static List<String> names(List<IndexLook> indices) {
    return indices.stream().map(IndexLook::name).toList();
  }

  /// Pairs the indices, and makes those of the target that are the tenant's own.
  List<Track> ready() throws HomeFailure, MoverException, InterruptedException {
    SortedMap<String, IndexLook> sources = from.indices();
    Map<String, Shards> shards =
        Shards.look(from.client(), sources.values().stream().map(IndexLook::name).toList());
    List<Track> tracks = new ArrayList<>();
    for (Map.Entry<String, IndexLook> each : sources.entrySet()) {
      IndexLook source = each.getValue();
      Shards of = shards.get(source.name());
      Optional<String> target = to.locator().atHome(each.getKey());
      if (of == null || target.isEmpty()) {
        throw new MoverException.Refused(
            "index '%s' of %s has no place at %s. Name a place for several indices, such as index:%s-*"
                .formatted(each.getKey(), from, to, to.tenant()),
            null);
      }
      if (!to.shared()) {
        make(source, target.get());
      }
      tracks.add(
          new Track(
              each.getKey(),
              source.name(),
              target.get(),
              of.uuid(),
              of.of().stream().map(Shards.Shard::history).toList(),
              from.shards(source.name()),
              fresh(of.of().size()),
              source.setting("index.translog.durability").equalsIgnoreCase("async")));
    }
    cover(tracks);
    return List.copyOf(tracks);
  }

  private static AtomicLongArray fresh(int shards) {
    AtomicLongArray none = new AtomicLongArray(shards);
    for (int i = 0; i < shards; i++) {
      none.set(i, -1);
    }
    return none;
  }

  private void make(IndexLook source, String target)
      throws HomeFailure, MoverException, InterruptedException {
    ObjectNode body = Shapes.made(from, to, source, List.of(made(task), fence.alias(target)));
    Answer answer =
        to.client()
            .marked(fence.mark())
            .ask(
                "PUT",
                "/" + HomeClient.escaped(target),
                body.toString().getBytes(StandardCharsets.UTF_8));
    if (answer.ok()) {
      return;
    }
    HomeFailure failure = answer.failure();
    if (!failure.type().equals("resource_already_exists_exception")) {
      throw failure;
    }
    IndexLook there =
        new IndexLook(
            target,
            to.client()
                .get("/%s?flat_settings=true".formatted(HomeClient.escaped(target)))
                .path(target));
    if (!there.aliases().has(made(task))) {
      throw new MoverException.Refused(
          "%s holds an index '%s' that this move has not made. Delete it, or begin again with --overwrite"
              .formatted(to.home(), target),
          null);
    }
  }

  /// Gives every index of the target a name of this driver's, and makes sure that it still is the
  /// driver: an index that was made after the fence was raised has its name by other means.
  private void cover(List<Track> tracks) throws HomeFailure, MoverException, InterruptedException {
    try {
      fence.addNames(tracks.stream().map(Track::target).toList());
    } catch (HomeFailure e) {
      if (e.type().equals("index_not_found_exception")) {
        throw new MoverException.Refused(
            "%s: %s. An index that tenants share has to be there before a tenant comes. Make it, and begin again"
                .formatted(to, e.reason()),
            e);
      }
      throw e;
    }
    fence.check();
  }
}
