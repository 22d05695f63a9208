package drover.engine.hub;

import drover.engine.io.DroverException;
import java.net.URI;
import java.net.http.HttpResponse;

/** What a hub's refusals mean for a person. */
final class HubErrors {
  private HubErrors() {}

  static DroverException model(
      HttpResponse<?> response, URI endpoint, String id, String revision, boolean hasToken) {
    String code = response.headers().firstValue("X-Error-Code").orElse("");
    return new DroverException(
        switch (response.statusCode()) {
          case 401 ->
              hasToken
                  ? endpoint + " does not accept the token for " + id
                  : endpoint
                      + " asks for a token for "
                      + id
                      + ": it is private or gated, or does not exist (set HF_TOKEN)";
          case 403 ->
              endpoint
                  + " does not let this account read "
                  + id
                  + ": accept its terms at "
                  + endpoint
                  + "/"
                  + id
                  + " and use that account's token";
          case 404 ->
              code.equals("RevisionNotFound")
                  ? id + " at " + endpoint + " has no revision " + DroverException.quote(revision)
                  : endpoint + " has no model " + id;
          default -> endpoint + " answered with status " + response.statusCode() + " for " + id;
        });
  }

  static DroverException file(HttpResponse<?> response, URI source) {
    return new DroverException(
        source
            + " cannot be downloaded: "
            + switch (response.statusCode()) {
              case 401 -> "the hub asks for a valid token (set HF_TOKEN)";
              case 403 ->
                  "the hub does not let this account read it, its terms may have to be accepted"
                      + " first";
              case 404 -> "there is no such file";
              default -> "the answer has status " + response.statusCode();
            });
  }
}
