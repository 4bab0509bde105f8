package dev.drover.opensearch.gateway;

import dev.drover.opensearch.rewrite.CursorBody;
import dev.drover.opensearch.rewrite.MgetBody;
import dev.drover.opensearch.rewrite.MsearchBody;
import dev.drover.opensearch.rewrite.OtherBodies;
import dev.drover.opensearch.rewrite.QueryBody;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.SearchBody;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is made of the bodies of searches, and of what reads like them.
final class SearchTargets {
  static final List<String> COUNT = List.of("_count");
  private static final byte[] NOTHING = {};

  private SearchTargets() {}

  static WalkedTarget.Request search(WalkedTarget.Body body) throws Refused {
    SearchBody search = SearchBody.of(body.bytes(), body.view(), body.ofUrl(), body.pits());
    if (body.parameters().containsKey("scroll")) {
      body.pits().all().check();
    }
    if (search.pit()) {
      return new WalkedTarget.Request("POST", List.of("_search"), search.body());
    }
    // All documents of a tenant are on one shard then. Isolation does not rest on it.
    Asked.route(body.view().documents(), body.parameters());
    return new WalkedTarget.Request(
        "POST", List.of(body.view().physical(), "_search"), search.body());
  }

  static WalkedTarget.Request msearch(WalkedTarget.Body body) throws Refused {
    return new WalkedTarget.Request(
        "POST", List.of("_msearch"), MsearchBody.of(body.bytes(), body.view(), body.pits()));
  }

  static WalkedTarget.Request mget(WalkedTarget.Body body) throws Refused {
    return new WalkedTarget.Request(
        "POST", List.of("_mget"), MgetBody.of(body.bytes(), body.view()).body());
  }

  /// `_count`, `_validate/query` and `_explain`.
  static WalkedTarget.Walked query(List<String> action, Optional<String> id) {
    return body -> {
      byte[] query = QueryBody.of(body.bytes(), body.view(), body.ofUrl());
      List<String> path = new java.util.ArrayList<>();
      path.add(body.view().physical());
      path.addAll(action);
      if (id.isPresent()) {
        path.add(body.view().idAtHome(id.get()));
      }
      if (action.equals(COUNT)) {
        Asked.route(body.view().documents(), body.parameters());
      }
      return new WalkedTarget.Request("POST", path, query);
    };
  }

  static WalkedTarget.Walked termVectors(Optional<String> id) {
    return body -> {
      byte[] rewritten = OtherBodies.termVectors(body.bytes(), body.view());
      String index = body.view().physical();
      Asked.route(body.view().documents(), body.parameters());
      List<String> path =
          id.isPresent()
              ? List.of(index, "_termvectors", body.view().idAtHome(id.get()))
              : List.of(index, "_termvectors");
      return new WalkedTarget.Request("POST", path, rewritten);
    };
  }

  static WalkedTarget.Request analyze(WalkedTarget.Body body) throws Refused {
    byte[] rewritten = OtherBodies.analyze(body.bytes(), body.view());
    List<String> path =
        body.view().index().isPresent()
            ? List.of(body.view().physical(), "_analyze")
            : List.of("_analyze");
    return new WalkedTarget.Request("POST", path, rewritten);
  }

  static WalkedTarget.Request fieldCaps(WalkedTarget.Body body) throws Refused {
    byte[] rewritten =
        body.bytes().length == 0 ? NOTHING : OtherBodies.fieldCaps(body.bytes(), body.view());
    return new WalkedTarget.Request(
        "POST", List.of(body.view().physical(), "_field_caps"), rewritten);
  }

  static WalkedTarget.Request openPit(WalkedTarget.Body body) throws Refused {
    body.pits().all().check();
    Asked.route(body.view().documents(), body.parameters());
    return new WalkedTarget.Request(
        "POST", List.of(body.view().physical(), "_search", "point_in_time"), NOTHING);
  }

  // --- what was opened before

  /// The next page of a scroll.
  ///
  /// @param id the one of the path or of the URL; empty if the body names it
  static WalkedTarget.Walked scroll(Optional<String> id) {
    return body -> {
      CursorBody asked = CursorBody.scroll(body.bytes(), body.view());
      String scroll = body.parameters().remove("scroll");
      ObjectNode out = JsonMapper.shared().createObjectNode();
      out.put("scroll_id", body.pits().unseal(one(CursorPlaces.ids(asked, id))));
      asked.keepAlive().or(() -> Optional.ofNullable(scroll)).ifPresent(k -> out.put("scroll", k));
      return json("POST", List.of("_search", "scroll"), out);
    };
  }

  static WalkedTarget.Walked endScroll(Optional<String> id) {
    return body ->
        ended(
            List.of("_search", "scroll"),
            "scroll_id",
            CursorPlaces.ids(CursorBody.scroll(body.bytes(), body.view()), id),
            body);
  }

  static WalkedTarget.Request endPit(WalkedTarget.Body body) throws Refused {
    return ended(
        List.of("_search", "point_in_time"),
        "pit_id",
        CursorBody.pits(body.bytes(), body.view()).ids(),
        body);
  }

  private static WalkedTarget.Request ended(
      List<String> path, String key, List<String> ids, WalkedTarget.Body body) throws Refused {
    ObjectNode out = JsonMapper.shared().createObjectNode();
    ArrayNode all = out.putArray(key);
    for (String each : ids) {
      all.add(body.pits().unseal(each));
    }
    return json("DELETE", path, out);
  }

  private static String one(List<String> ids) throws Refused {
    if (ids.size() != 1) {
      throw Refused.argument("one page at a time: the request names several ids");
    }
    return ids.getFirst();
  }

  private static WalkedTarget.Request json(String method, List<String> path, ObjectNode body) {
    return new WalkedTarget.Request(method, path, JsonMapper.shared().writeValueAsBytes(body));
  }
}
