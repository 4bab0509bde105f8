package dev.drover.opensearch.gateway;

import dev.drover.core.gate.Gate;
import dev.drover.opensearch.bulk.BulkParts;
import dev.drover.opensearch.rewrite.Endpoints;
import dev.drover.opensearch.rewrite.QueryStrings;
import dev.drover.opensearch.rewrite.Refused;
import dev.drover.opensearch.rewrite.TenantField;
import dev.drover.opensearch.rewrite.UrlParameters;
import dev.drover.opensearch.tenant.Locator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Requests whose tenant only their body names: a document by a field of its own, a `_bulk` by its
/// items. A `_bulk` can be of several tenants.
final class TenantsByBody {
  private static final int ITEMS_MAX = 20_000;

  private final Serving serving;
  private final Plans plans;
  private final Tenancy tenancy;

  /// @param plans makes a plan when the tenant is known
  TenantsByBody(Serving serving, Plans plans) {
    this.serving = serving;
    this.plans = plans;
    this.tenancy = serving.options().tenancy();
  }

  /// @return null if no body of such a request names tenants
  @Nullable Plan plan(ClientRequest request, List<String> path, String principal) throws Refused {
    if (!tenancy.readsBodies()) {
      return null;
    }
    Endpoints.Match match = Endpoints.match(request.method(), path);
    Unnamed unnamed = new Unnamed(request, path, principal);
    FrontOptions.Limits limits = serving.options().limits();
    boolean plain = request.header("content-encoding").isEmpty();
    long walked = limits.walkedBytesMax();
    boolean byField = tenancy.field().isPresent();
    return switch (match.endpoint()) {
      case DOC_PUT, DOC_ADD, CREATE -> byField ? document(unnamed, walked, TenantField::of) : null;
      case UPDATE -> byField ? document(unnamed, walked, TenantField::ofUpdate) : null;
      case BULK ->
          new Plan.ByBody(
              plain ? limits.bodyBytesMax() : walked,
              body -> bulk(unnamed, match, plain(request, body)));
      default -> null;
    };
  }

  /// Makes the plan of a request whose tenant is known.
  interface Plans {
    Plan plan(ClientRequest request, Tenancy.Found found) throws Refused;
  }

  /// A request whose tenant is not known yet.
  private record Unnamed(ClientRequest request, List<String> path, String principal) {
    Cursors.Owner owner(String tenant) {
      return new Cursors.Owner(tenant, principal);
    }

    Plan plan(Plans by, String tenant) throws Refused {
      return by.plan(request, new Tenancy.Found(owner(tenant), path));
    }
  }

  private interface Reading {
    Optional<String> tenant(byte[] document, String field) throws Refused;
  }

  private Plan document(Unnamed unnamed, long most, Reading how) {
    return new Plan.ByBody(
        most,
        body -> {
          byte[] document = ByteBufUtil.getBytes(plain(unnamed.request(), body));
          String tenant =
              how.tenant(document, tenancy.field().orElseThrow()).orElseThrow(tenancy::namesNone);
          return unnamed.plan(plans, tenant);
        });
  }

  private ByteBuf plain(ClientRequest request, ByteBuf body) throws Refused {
    String encoding = request.header("content-encoding");
    return encoding.isEmpty()
        ? body
        : Unpooled.wrappedBuffer(
            Inflated.of(body, encoding, serving.options().limits().walkedBytesMax()));
  }

  // --- a bulk

  private Plan bulk(Unnamed unnamed, Endpoints.Match match, ByteBuf body) throws Refused {
    List<BulkParts.Part> parts = BulkParts.of(body);
    Map<Integer, Refused> refused = new TreeMap<>();
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      try {
        places.computeIfAbsent(tenant(parts.get(i)), _ -> new ArrayList<>()).add(i);
      } catch (Refused e) {
        refused.put(i, e);
      }
    }
    if (places.isEmpty()) {
      throw refused.get(0);
    }
    if (places.size() == 1 && refused.isEmpty()) {
      String only = places.keySet().iterator().next();
      return unnamed.plan(plans, only);
    }
    if (serving.records().isPresent()) {
      throw Refused.unavailableInFresh("a bulk of several tenants", "send one for each tenant");
    }
    ClientRequest request = unnamed.request();
    Heads.check(request);
    if (parts.size() > ITEMS_MAX) {
      throw Refused.argument(
          "a bulk of several tenants has at most %d items, and this one has %d; nothing was done"
              .formatted(ITEMS_MAX, parts.size()));
    }
    Map<String, String> parameters = QueryStrings.decode(request.query());
    UrlParameters _ = UrlParameters.of(match.endpoint(), Locator.WHOLE_CLUSTER, parameters);
    BulkAnswer.Shaped shaped =
        new BulkAnswer.Shaped(match.index().orElse(""), MadeForm.of(parameters));
    Map<String, String> forHomes = new LinkedHashMap<>(parameters);
    MadeForm.PARAMETERS.forEach(forHomes::remove);
    return new Plan.Work(
        serving.options().limits().bodyBytesMax(),
        (lane, _, to) -> {
          var answer = new BulkAnswer(serving, parts, shaped);
          refused.forEach(answer::refused);
          var work = new ManyBulk(lane, to, answer);
          List<BulkShare> shares = new ArrayList<>();
          places.forEach(
              (tenant, its) -> {
                Asked asked =
                    new Asked(
                        serving,
                        match.endpoint(),
                        unnamed.owner(tenant),
                        forHomes,
                        Heads.ofTenant(request));
                Gate gate = serving.gate(tenant);
                if (gate == null) {
                  its.forEach(place -> answer.refused(place, Tenancy.unknown(tenant)));
                } else {
                  var share = new BulkShare(lane, asked, gate, match.index(), work);
                  its.forEach(place -> share.add(place, parts.get(place)));
                  shares.add(share);
                }
              });
          work.begin(shares);
          return work;
        });
  }

  /// @throws Refused if an item names no tenant, an unknown one, or two
  private String tenant(BulkParts.Part part) throws Refused {
    Optional<String> byIndex =
        part.index().flatMap(name -> tenancy.ofIndex(name, each -> serving.gate(each) != null));
    Optional<String> byField = byField(part);
    if (byIndex.isPresent() && byField.isPresent() && !byIndex.equals(byField)) {
      throw tenancy.namesSeveral();
    }
    String tenant = byIndex.or(() -> byField).orElseThrow(tenancy::namesNone);
    if (serving.gate(tenant) == null) {
      throw Tenancy.unknown(tenant);
    }
    return tenant;
  }

  private Optional<String> byField(BulkParts.Part part) throws Refused {
    Optional<String> field = tenancy.field();
    if (field.isEmpty() || !part.source().isReadable()) {
      return Optional.empty();
    }
    byte[] source = ByteBufUtil.getBytes(part.source());
    return part.action().equals("update")
        ? TenantField.ofUpdate(source, field.get())
        : TenantField.of(source, field.get());
  }
}
