package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;

/** Dialogflow CX and Google's token endpoint, which checks the signature of the assertion. */
final class FakeDialogflow extends FakeBot {

    static final String AGENT = "/v3/projects/shop/locations/europe-west3/agents/7f";
    private static final String TOKEN_PATH = "/token";
    private static final String EMAIL = "hub@shop.iam.gserviceaccount.com";

    private final KeyPair keys;
    private final InstantSource clock;
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile JsonNode responseMessages = JSON.createArrayNode();
    private volatile String valid = "";

    FakeDialogflow(InstantSource clock) {
        this.clock = clock;
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void says(JsonNode messages) {
        responseMessages = messages;
    }

    /** As a leaked key is revoked. */
    void revokeToken() {
        valid = "";
    }

    int tokensGiven() {
        return tokens.get();
    }

    /** The key file as the console offers it. */
    Path keyFile() {
        ObjectNode key = JSON.createObjectNode().put("type", "service_account");
        key.put("private_key_id", "k1").put("client_email", EMAIL);
        key.put("token_uri", url(TOKEN_PATH));
        key.put(
                "private_key",
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        try {
            Path file = Files.createTempFile("dialogflow", ".json");
            Files.writeString(file, key.toString());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    boolean isQuestion(Request request) {
        return request.path().startsWith(AGENT);
    }

    @Override
    Response answer(Request request) {
        if (request.path().equals(TOKEN_PATH)) {
            return token(request.body().path("form").asText());
        }
        if (valid.isEmpty() || !("Bearer " + valid).equals(request.authorization())) {
            return Response.json(
                    401, "{'error':{'code':401,'message':'…','status':'UNAUTHENTICATED'}}");
        }
        JsonNode input = request.body().path("queryInput");
        String text = input.path("text").path("text").asText();
        String session = request.path().replaceAll(".*/sessions/|:detectIntent", "");
        if (text.isEmpty()
                || text.codePointCount(0, text.length()) > 256
                || !input.path("languageCode").isTextual()
                || session.length() > 36
                || !request.path().endsWith(":detectIntent")) {
            return Response.json(
                    400, "{'error':{'code':400,'message':'…','status':'INVALID_ARGUMENT'}}");
        }
        ObjectNode answer = JSON.createObjectNode().put("responseId", "r1");
        answer.putObject("queryResult").put("text", text).set("responseMessages", responseMessages);
        return Response.json(answer);
    }

    private Response token(String form) {
        String grant =
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
        if (!form.startsWith(grant) || !isSigned(form.substring(grant.length()))) {
            return Response.json(400, "{'error':'invalid_grant'}");
        }
        valid = "ya29." + tokens.incrementAndGet();
        return Response.json(
                200, "{'access_token':'" + valid + "','expires_in':3599,'token_type':'Bearer'}");
    }

    private boolean isSigned(String assertion) {
        String[] parts = assertion.split("\\.");
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            JsonNode header = JSON.readTree(Base64.getUrlDecoder().decode(parts[0]));
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
            long now = clock.instant().getEpochSecond();
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    && header.path("alg").asText().equals("RS256")
                    && claims.path("iss").asText().equals(EMAIL)
                    && claims.path("aud").asText().equals(url(TOKEN_PATH))
                    && !claims.path("scope").asText().isEmpty()
                    && claims.path("iat").asLong() <= now
                    && claims.path("exp").asLong() > now
                    && claims.path("exp").asLong() - claims.path("iat").asLong() <= 3600;
        } catch (GeneralSecurityException | IOException e) {
            return false;
        }
    }

    @Override
    String askedWords() {
        return lastQuestion().body().at("/queryInput/text/text").asText();
    }
}
