package drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.cli.HookList.Place;
import drover.engine.ModelConfig;
import drover.engine.io.DroverException;
import org.junit.jupiter.api.Test;

class HookListTest {
  private static final ModelConfig CONFIG = ModelConfig.load(Folders.TINY.resolve("config.json"));

  @Test
  void aPartWithoutANameGoesOnWithTheLayersOfTheNameBefore() {
    assertThat(names("resid_post:0,1-2,attn_out:1,final_norm"))
        .containsExactly(
            "resid_post.0", "resid_post.1", "resid_post.2", "attn_out.1", "final_norm");
  }

  @Test
  void aPlaceNamedTwiceCountsOnce() {
    assertThat(names("q:0,0-1, q:1,z:2")).containsExactly("q.0", "q.1", "z.2");
  }

  @Test
  void anEmptyListIsEmpty() {
    assertThat(HookList.parse(" ").isEmpty()).isTrue();
  }

  @Test
  void badListsAreRefused() {
    refused("nope:1", "unknown hook 'nope'; there are resid_pre, q, k,");
    refused("nope", "unknown hook 'nope'");
    refused("3,resid_post:0", "--hooks begins with '3', but must begin with a hook");
    refused("resid_post", "--hooks names resid_post without layers, such as resid_post:0,15-17");
    refused("resid_post:", "--hooks resid_post: '' is no list of layers such as 15-23");
    refused("resid_post:0,", "--hooks resid_post: '' is no list of layers");
    refused("resid_post:-1", "--hooks resid_post: '-1' is no list of layers");
    refused("resid_post:x", "--hooks resid_post: 'x' is no list of layers");
    refused("resid_post:99999999999", "'99999999999' is no list of layers");
    refused("resid_post:2-1", "--hooks resid_post: '2-1' is no list of layers");
    refused("final_norm:1", "--hooks gives final_norm the layer '1', but it is in no layer");
    refused("final_norm,1", "--hooks gives final_norm the layer '1', but it is in no layer");
    refused("resid_post:1-3", "--hooks resid_post:3: the model has layers 0 to 2");
  }

  private static void refused(String list, String sentence) {
    assertThatThrownBy(() -> HookList.parse(list).places(CONFIG))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(sentence);
  }

  private static String[] names(String list) {
    return HookList.parse(list).places(CONFIG).stream().map(Place::name).toArray(String[]::new);
  }
}
