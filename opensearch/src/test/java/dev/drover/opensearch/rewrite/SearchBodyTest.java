package dev.drover.opensearch.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a search's body becomes, and what it cannot hold.
class SearchBodyTest {
  private static final String F = "{'term':{'_routing':'acme'}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{} | {'query':{'bool':{'must':[{'match_all':{}}],'filter':[F]}}}",
        "{'size':3,'query':{'term':{'a':1.50}},'from':2} | {'size':3,'query':{'bool':{'must':[{'term':{'a':1.50}}],'filter':[F]}},'from':2}",
        "{'query':{'ids':{'values':['1',2]}}} | {'query':{'bool':{'must':[{'ids':{'values':['acme:1','acme:2']}}],'filter':[F]}}}",
        "{'query':{'term':{'_id':'1'}}} | {'query':{'bool':{'must':[{'term':{'_id':'acme:1'}}],'filter':[F]}}}",
        "{'query':{'term':{'_id':{'value':'1','boost':2}}}} | {'query':{'bool':{'must':[{'term':{'_id':{'value':'acme:1','boost':2}}}],'filter':[F]}}}",
        "{'query':{'match':{'_id':{'query':'1'}}}} | {'query':{'bool':{'must':[{'match':{'_id':{'query':'acme:1'}}}],'filter':[F]}}}",
        "{'query':{'terms':{'_id':['1'],'boost':1}}} | {'query':{'bool':{'must':[{'terms':{'_id':['acme:1'],'boost':1}}],'filter':[F]}}}",
        "{'query':{'term':{'_index':'orders'}}} | {'query':{'bool':{'must':[{'term':{'_index':'all-orders'}}],'filter':[F]}}}",
        "{'query':{'terms':{'a':{'index':'users','id':'7','path':'p'}}}} | {'query':{'bool':{'must':[{'terms':{'a':{'index':'all-users','id':'acme:7','path':'p','routing':'acme'}}}],'filter':[F]}}}",
        "{'query':{'terms':{'a':{'index':'users','path':'p','query':{'exists':{'field':'b'}}}}}} | {'query':{'bool':{'must':[{'terms':{'a':{'index':'all-users','path':'p','query':{'bool':{'must':[{'exists':{'field':'b'}}],'filter':[F]}},'routing':'acme'}}}],'filter':[F]}}}",
        "{'query':{'more_like_this':{'like':['x',{'_id':'1'}]}}} | {'query':{'bool':{'must':[{'more_like_this':{'like':['x',{'_id':'acme:1','_index':'all-orders','routing':'acme'}]}}],'filter':[F]}}}",
        "{'query':{'geo_shape':{'a':{'indexed_shape':{'index':'shapes','id':'1'}}}}} | {'query':{'bool':{'must':[{'geo_shape':{'a':{'indexed_shape':{'index':'all-shapes','id':'acme:1','routing':'acme'}}}}],'filter':[F]}}}",
        "{'query':{'wrapper':{'query':'eyJ0ZXJtIjp7Il9pZCI6IjEifX0='}}} | {'query':{'bool':{'must':[{'term':{'_id':'acme:1'}}],'filter':[F]}}}",
        "{'query':{'knn':{'v':{'vector':[1,2.5],'k':3}}}} | {'query':{'bool':{'must':[{'knn':{'v':{'vector':[1,2.5],'k':3,'filter':F}}}],'filter':[F]}}}",
        "{'query':{'knn':{'v':{'filter':{'match_all':{}},'k':3}}}} | {'query':{'bool':{'must':[{'knn':{'v':{'filter':{'bool':{'must':[{'match_all':{}}],'filter':[F]}},'k':3}}}],'filter':[F]}}}",
        "{'query':{'hybrid':{'queries':[{'match_all':{}},{'term':{'a':1}}]}}} | {'query':{'hybrid':{'queries':[{'bool':{'must':[{'match_all':{}}],'filter':[F]}},{'bool':{'must':[{'term':{'a':1}}],'filter':[F]}}]}}}",
        "{'aggs':{'x':{'significant_terms':{'field':'a'}}},'query':{'match_none':{}}} | {'aggs':{'x':{'significant_terms':{'field':'a','background_filter':F}}},'query':{'bool':{'must':[{'match_none':{}}],'filter':[F]}}}",
        "{'query':{'function_score':{'weight':2}}} | {'query':{'bool':{'must':[{'function_score':{'weight':2,'query':{'bool':{'must':[{'match_all':{}}],'filter':[F]}}}}],'filter':[F]}}}",
        "{'query':{'function_score':{'query':{'term':{'a':1}},'functions':[{'filter':{'term':{'b':1}},'weight':2}]}}} | {'query':{'bool':{'must':[{'function_score':{'query':{'bool':{'must':[{'term':{'a':1}}],'filter':[F]}},'functions':[{'filter':{'term':{'b':1}},'weight':2}]}}],'filter':[F]}}}",
        "{'indices_boost':[{'orders':2}]} | {'indices_boost':[{'all-orders':2}],'query':{'bool':{'must':[{'match_all':{}}],'filter':[F]}}}",
        "{'pit':{'id':'sealed','keep_alive':'1m'}} | {'pit':{'id':'real','keep_alive':'1m'},'query':{'bool':{'must':[{'match_all':{}}],'filter':[F]}}}"
      })
  void atASharedIndexOnlyTheTenantsDocumentsPass(String body, String becomes) throws Exception {
    assertThat(shared(body)).isEqualTo(becomes.replace("F", F).replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'query':{'term':{'_id':'1'}}} | {'query':{'term':{'_id':'1'}}}",
        "{'query':{'terms':{'a':{'index':'users','id':'7','routing':'r'}}}} | {'query':{'terms':{'a':{'index':'solo-users','id':'7','routing':'r'}}}}",
        "{'query':{'hybrid':{'queries':[{'match_all':{}}]}}} | {'query':{'hybrid':{'queries':[{'match_all':{}}]}}}",
        "{'query':{'script':{'script':'1'}},'explain':true} | {'query':{'script':{'script':'1'}},'explain':true}",
        "{'aggs':{'g':{'global':{}}},'profile':true} | {'aggs':{'g':{'global':{}}},'profile':true}",
        "{'sort':['_id'],'suggest':{'s':{'text':'a','term':{'field':'b'}}}} | {'sort':['_id'],'suggest':{'s':{'text':'a','term':{'field':'b'}}}}"
      })
  void atAnIndexOfItsOwnNamesAreChangedAndNoMore(String body, String becomes) throws Exception {
    assertThat(of(body, "index:solo-*")).isEqualTo(becomes.replace('\'', '"'));
  }

  @Test
  void atAClusterOfItsOwnABodyStaysAsItIs() throws Exception {
    String body = "{ 'anything' : {'x':[1.0e3]}}".replace('\'', '"');
    assertThat(of(body, "cluster")).isEqualTo(body);
    assertThat(of("{'pit':{'id':'sealed'},'x':1}", "cluster"))
        .isEqualTo("{\"pit\":{\"id\":\"real\"},\"x\":1}");
    assertThatThrownBy(() -> of("{'a':1,'a':2}", "cluster")).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'query':{'term':{'_routing':'beta'}}}",
        "{'query':{'range':{'_id':{'gt':'a'}}}}",
        "{'query':{'wildcard':{'_index':'*'}}}",
        "{'query':{'multi_match':{'query':'a','fields':['title','_routing^2']}}}",
        "{'query':{'multi_match':{'query':'a','fields':['_i*']}}}",
        "{'query':{'query_string':{'query':'a AND _id:1'}}}",
        "{'query':{'query_string':{'query':'\\\\_routing:beta'}}}",
        "{'query':{'query_string':{'query':'_exists_:_routing'}}}",
        "{'query':{'query_string':{'query':'a','default_field':'_index'}}}",
        "{'query':{'terms':{'_id':{'index':'orders','id':'1','path':'p'}}}}",
        "{'query':{'terms':{'a':{'index':'orders','id':'1','path':'p','routing':'beta'}}}}",
        "{'query':{'terms':{'a':{'id':'1','path':'p'}}}}",
        "{'query':{'terms':{'a':{'index':'all-*','id':'1','path':'p'}}}}",
        "{'query':{'terms':{'a':{'index':'orders,x','id':'1','path':'p'}}}}",
        "{'query':{'more_like_this':{'like':{'_id':'1','_routing':'beta'}}}}",
        "{'query':{'geo_shape':{'a':{'indexed_shape':{'id':'1'}}}}}",
        "{'query':{'has_child':{'type':'c','query':{'match_all':{}}}}}",
        "{'query':{'has_parent':{'parent_type':'c','query':{'match_all':{}}}}}",
        "{'query':{'parent_id':{'type':'c','id':'1'}}}",
        "{'query':{'percolate':{'field':'q','document':{}}}}",
        "{'query':{'template':{}}}",
        "{'query':{'bool':{'must':[{'hybrid':{'queries':[]}}]}}}",
        "{'query':{'hybrid':{'queries':[{'hybrid':{'queries':[{'match_all':{}}]}}]}}}",
        "{'query':{'script':{'script':'1'}}}",
        "{'query':{'script_score':{'query':{'match_all':{}},'script':{'source':'1'}}}}",
        "{'query':{'function_score':{'script_score':{'script':'1'}}}}",
        "{'query':{'function_score':{'min_score':1}}}",
        "{'query':{'nested':{'path':'c','query':{'function_score':{'query':{'match_all':{}},'weight':2}}}}}",
        "{'query':{'nested':{'path':'c','query':{'function_score':{'field_value_factor':{'field':'c.a'}}}}}}",
        "{'query':{'function_score':{'functions':[{'random_score':{'field':'_id'}}]}}}",
        "{'query':{'prefix':{'a':{'value':'b','rewrite':'scoring_boolean'}}}}",
        "{'query':{'nested':{'path':'c','query':{'match_all':{}},'inner_hits':{'explain':true}}}}",
        "{'query':{'intervals':{'a':{'match':{'query':'b','use_field':'_id'}}}}}",
        "{'query':{'intervals':{'a':{'match':{'query':'b','filter':{'script':{'source':'1'}}}}}}}",
        "{'query':{'span_multi':{'match':{'prefix':{'_routing':'b'}}}}}",
        "{'query':{'wrapper':{'query':'eyJ0ZXJtIjp7Il9yb3V0aW5nIjoiYmV0YSJ9fQ=='}}}",
        "{'query':{'wrapper':{'query':'e30='}}}",
        "{'query':{'wrapper':{'query':'!'}}}",
        "{'query':{'match_all':{}},'aggs':{'g':{'global':{}}}}"
      })
  void atASharedIndexWhatCouldShowOthersIsRefused(String body) {
    refusedWhereShared(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'aggs':{'x':{'terms':{'field':'a','min_doc_count':0}}}}",
        "{'aggs':{'x':{'terms':{'field':'a','min_doc_count':'0'}}}}",
        "{'aggs':{'x':{'terms':{'field':'a','min_doc_count':0.9}}}}",
        "{'aggs':{'x':{'terms':{'field':'a','min_doc_count':-1}}}}",
        "{'aggs':{'x':{'terms':{'field':'_id'}}}}",
        "{'aggs':{'x':{'cardinality':{'field':'_routing'}}}}",
        "{'aggs':{'x':{'composite':{'sources':[{'s':{'terms':{'field':'_index'}}}]}}}}",
        "{'aggs':{'x':{'multi_terms':{'terms':[{'field':'a'},{'field':'_id'}]}}}}",
        "{'aggs':{'x':{'filter':{'term':{'_routing':'b'}}}}}",
        "{'aggs':{'x':{'filters':{'filters':[{'percolate':{}}]}}}}",
        "{'aggs':{'x':{'top_hits':{'docvalue_fields':['_id']}}}}",
        "{'aggs':{'x':{'children':{'type':'c'}}}}",
        "{'aggs':{'x':{'scripted_metric':{'map_script':'1'}}}}",
        "{'aggs':{'x':{'bucket_script':{'buckets_path':'a','script':'1'}}}}",
        "{'aggs':{'x':{'sampler':{},'aggs':{'y':{'significant_text':{'field':'a'}}}}}}",
        "{'aggs':{'x':{'significant_terms':{'field':'a','background_filter':{'term':{'_routing':'b'}}}}}}",
        "{'suggest':{'s':{'text':'a','term':{'field':'b'}}}}",
        "{'sort':['_id']}",
        "{'sort':{'_routing':'asc'}}",
        "{'sort':[{'a':{'order':'asc','nested':{'path':'c','filter':{'range':{'_id':{'gt':'1'}}}}}}]}",
        "{'sort':[{'_script':{'type':'number','script':'1'}}]}",
        "{'docvalue_fields':['*']}",
        "{'docvalue_fields':[{'field':'_i*'}]}",
        "{'stored_fields':['_routing']}",
        "{'fields':['_id']}",
        "{'script_fields':{'x':{'script':'1'}}}",
        "{'derived':{'x':{'type':'long','script':'1'}}}",
        "{'collapse':{'field':'_routing'}}",
        "{'highlight':{'fields':{'_id':{}}}}",
        "{'highlight':{'fields':{'a':{'highlight_query':{'term':{'_routing':'b'}}}}}}",
        "{'rescore':{'query':{'rescore_query':{'has_child':{}}}}}",
        "{'post_filter':{'term':{'_routing':'b'}}}",
        "{'indices_boost':{'.secret':1}}",
        "{'explain':true}",
        "{'profile':'true'}",
        "{'ext':{}}",
        "{'search_pipeline':'p'}",
        "{'pit':{'id':'foreign'}}",
        "{'query':{'term':{'_id':null}}}",
        "{'query':{'ids':{'values':[['1']]}}}"
      })
  void soIsWhatElseCouldShowOthersThere(String body) {
    refusedWhereShared(body);
  }

  private static void refusedWhereShared(String body) {
    assertThatThrownBy(() -> shared(body))
        .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.status()).isBetween(400, 404));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'query':{'terms':{'a':{'index':'.secret','id':'1','path':'p'}}}}",
        "{'query':{'percolate':{'field':'q','document':{}}}}",
        "{'query':{'wildcard':{'_index':'*'}}}",
        "{'aggs':{'x':{'terms':{'field':'_index'}}}}",
        "{'script_fields':{'x':{'script':{'id':'stored'}}}}",
        "{'suggest':{'s':{'phrase':{'field':'a','collate':{'query':{}}}}}}",
        "{'ext':{}}",
        "{'search_pipeline':'p'}"
      })
  void atAnIndexOfItsOwnWhatReachesOtherIndicesIsRefused(String body) {
    assertThatThrownBy(() -> of(body, "index:solo-*")).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'size':1,'nothing':1} | nothing",
        "{'query':{'nothing':{}}} | nothing",
        "{'query':{'term':{'a':{'value':1,'nothing':2}}}} | nothing",
        "{'query':{'bool':{'nothing':[]}}} | nothing",
        "{'aggs':{'x':{'nothing':{}}}} | nothing",
        "{'aggs':{'x':{'terms':{'nothing':1}}}} | nothing",
        "{'highlight':{'nothing':1}} | nothing",
        "{'query':{'term':{'_routing':'b'}}} | _routing",
        "{'aggs':{'x':{'global':{}}}} | global"
      })
  void aRefusalNamesWhatItRefuses(String body, String named) {
    assertThatThrownBy(() -> shared(body)).hasMessageContaining("[" + named + "]");
  }

  @Test
  void scriptsAreAllowedByTheOperator() throws Exception {
    RequestView view =
        new RequestView(Views.ACME.documents(), Views.ACME.index(), new Switches(true, false));
    byte[] body = bytes("{'script_fields':{'x':{'script':{'source':'1','params':{'a':[1]}}}}}");
    assertThat(SearchBody.of(body, view, Optional.empty(), Views.PITS).body()).isNotEmpty();
    for (String refused :
        new String[] {
          "{'script_fields':{'x':{'script':{'id':'s'}}}}",
          "{'query':{'script':{'script':'1'}}}",
          "{'query':{'script_score':{'query':{'match_all':{}},'script':'1','min_score':1}}}",
          "{'query':{'terms_set':{'a':{'terms':['b'],'minimum_should_match_script':'1'}}}}",
          "{'query':{'intervals':{'a':{'match':{'query':'b','filter':{'script':'1'}}}}}}",
          "{'derived':{'x':{'type':'long','script':'1'}}}"
        }) {
      assertThatThrownBy(() -> SearchBody.of(bytes(refused), view, Optional.empty(), Views.PITS))
          .as(refused)
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void aQueryOfTheUrlBecomesAPartOfTheBody() throws Exception {
    Optional<byte[]> q = UrlQuery.of(Map.of("q", "a\"b", "df", "title", "lenient", ""));
    assertThat(text(SearchBody.of(bytes("{'size':1}"), Views.ACME, q, Views.PITS).body()))
        .isEqualTo(
            ("{'size':1,'query':{'bool':{'must':[{'query_string':{'query':'a\\\"b','default_field':'title','lenient':true}}],'filter':["
                    + F
                    + "]}}}")
                .replace('\'', '"'));
    byte[] both = bytes("{'query':{'match_all':{}}}");
    assertThatThrownBy(() -> SearchBody.of(both, Views.ACME, q, Views.PITS))
        .hasMessageContaining("[q]");
    Optional<byte[]> hidden = UrlQuery.of(Map.of("q", "a", "df", "_routing"));
    assertThatThrownBy(() -> SearchBody.of(bytes("{}"), Views.ACME, hidden, Views.PITS))
        .isInstanceOf(Refused.class);
  }

  private static String shared(String body) throws Refused {
    return of(body, "shared:all-*");
  }

  private static String of(String body, String locator) throws Refused {
    RequestView view = Views.of("acme", locator);
    return text(SearchBody.of(bytes(body), view, Optional.empty(), Views.PITS).body());
  }

  private static byte[] bytes(String body) {
    return Views.bytes(body);
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }
}
