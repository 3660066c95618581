package org.coexhub.sandbox.meta.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.GraphException;
import org.coexhub.sandbox.meta.account.MediaShelf;
import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.coexhub.sandbox.meta.devices.BusinessApp;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** Carries out each Graph call: messages, the number and the account, media, subscriptions, sync, token inspection. */
public final class GraphCalls {
    private static final List<String> FIELDS =
            List.of(
                    "messages",
                    "smb_message_echoes",
                    "history",
                    "smb_app_state_sync",
                    "account_update",
                    "phone_number_quality_update",
                    "message_template_status_update",
                    "user_preferences");
    private static final Duration SYNC_RIGHT = Duration.ofHours(24);

    record Answer(int status, String contentType, byte[] body) {
        static Answer json(int status, byte[] body) {
            return new Answer(status, "application/json; charset=UTF-8", body);
        }
    }

    private final ObjectMapper json = new ObjectMapper();
    private final SimulatedAccount account;
    private final GraphSends sends;
    private final MediaShelf media;
    private final TemplateShelf templates;
    private final BusinessApp app;
    private final Supplier<String> baseUrl;
    private final Clock clock;
    private final Instant onboarded;
    private final Set<String> synced = new HashSet<>();
    private volatile boolean subscribed = true;

    public GraphCalls(
            SimulatedAccount account,
            GraphSends sends,
            MediaShelf media,
            TemplateShelf templates,
            BusinessApp app,
            Supplier<String> baseUrl,
            Clock clock) {
        this.account = account;
        this.sends = sends;
        this.media = media;
        this.templates = templates;
        this.app = app;
        this.baseUrl = baseUrl;
        this.clock = clock;
        this.onboarded = clock.instant();
    }

    Answer handle(GraphEndpoint.Call call) throws IOException {
        String subject = call.path()[0];
        if (subject.equals("media-file") && call.is("GET", 2)) {
            MediaShelf.Item item =
                    media.redeem(call.path()[1])
                            .orElseThrow(() -> GraphException.noSuchObject(subject));
            return new Answer(200, item.mimeType(), item.bytes());
        }
        JsonNode answer;
        if (subject.equals(account.phoneNumberId())) {
            answer = ofNumber(call);
        } else if (subject.equals(account.wabaId())) {
            answer = ofAccount(call);
        } else if (subject.equals(account.appId())
                && call.is("GET", 2)
                && call.path()[1].equals("subscriptions")) {
            answer = appSubscriptions();
        } else if (subject.equals("debug_token") && call.is("GET", 1)) {
            answer = debugToken(call.query().get("input_token"));
        } else {
            answer = ofMedia(call);
        }
        return Answer.json(200, json.writeValueAsBytes(answer));
    }

    private ObjectNode ofNumber(GraphEndpoint.Call call) throws IOException {
        if (call.is("GET", 1)) {
            return number(call.query().get("fields"));
        }
        if (!call.is("POST", 2)) {
            throw GraphException.noSuchObject(call.path()[0]);
        }
        return switch (call.path()[1]) {
            case "messages" -> sends.handle(GraphEndpoint.tree(json, call.body()));
            case "media" -> upload(call);
            case "smb_app_data" -> sync(GraphEndpoint.tree(json, call.body()));
            case "register", "deregister" -> throw GraphException.notForCoexistence(call.path()[1]);
            default -> throw GraphException.noSuchObject(call.path()[0]);
        };
    }

    private ObjectNode number(String fields) {
        ObjectNode all =
                json.createObjectNode()
                        .put("id", account.phoneNumberId())
                        .put("display_phone_number", "+" + account.displayPhoneNumber())
                        .put("verified_name", account.verifiedName())
                        .put("name_status", "APPROVED")
                        .put("code_verification_status", "VERIFIED")
                        .put("quality_rating", "GREEN")
                        .put("platform_type", "CLOUD_API")
                        .put("is_on_biz_app", true)
                        .put("status", "CONNECTED")
                        .put("account_mode", "LIVE")
                        .put("whatsapp_business_manager_messaging_limit", "TIER_2K");
        all.putObject("throughput").put("level", "STANDARD");
        all.putObject("webhook_configuration").put("application", "configured in the app");
        all.putObject("health_status").put("can_send_message", "AVAILABLE");
        if (fields == null) {
            return all.retain("id", "display_phone_number", "verified_name", "quality_rating");
        }
        Set<String> wanted = new HashSet<>(List.of(fields.split(",")));
        wanted.add("id");
        for (String field : wanted) {
            if (!all.has(field)) {
                throw GraphException.badRequest(
                        "Tried accessing nonexisting field (" + field + ")");
            }
        }
        return all.retain(wanted);
    }

    private ObjectNode ofAccount(GraphEndpoint.Call call) {
        String edge = call.path().length == 2 ? call.path()[1] : "";
        ObjectNode answer = json.createObjectNode();
        switch (call.method() + " " + edge) {
            case "GET " -> answer.put("id", account.wabaId()).put("name", account.verifiedName());
            case "GET phone_numbers" -> {
                ObjectNode number = number(call.query().get("fields"));
                answer.putArray("data").add(number);
            }
            case "GET subscribed_apps" -> {
                ArrayNode apps = answer.putArray("data");
                if (subscribed) {
                    apps.addObject()
                            .putObject("whatsapp_business_api_data")
                            .put("id", account.appId())
                            .put("name", "Coexistence Hub");
                }
            }
            case "POST subscribed_apps", "DELETE subscribed_apps" -> {
                subscribed = call.method().equals("POST");
                answer.put("success", true);
            }
            case "GET message_templates" -> templates.list(call.query(), answer);
            default -> throw GraphException.noSuchObject(account.wabaId());
        }
        return answer;
    }

    private ObjectNode appSubscriptions() {
        ObjectNode answer = json.createObjectNode();
        ObjectNode subscription =
                answer.putArray("data")
                        .addObject()
                        .put("object", "whatsapp_business_account")
                        .put("active", true);
        ArrayNode fields = subscription.putArray("fields");
        FIELDS.forEach(field -> fields.addObject().put("name", field).put("version", "v26.0"));
        return answer;
    }

    private ObjectNode debugToken(String token) {
        boolean valid = account.accessToken().equals(token);
        ObjectNode answer = json.createObjectNode();
        ObjectNode data =
                answer.putObject("data").put("app_id", account.appId()).put("is_valid", valid);
        ArrayNode scopes =
                data.put("type", "SYSTEM_USER")
                        .put("application", "Coexistence Hub")
                        .put("expires_at", 0)
                        .put("data_access_expires_at", 0)
                        .putArray("scopes");
        if (valid) {
            ArrayNode granular = data.putArray("granular_scopes");
            for (String scope :
                    List.of("whatsapp_business_management", "whatsapp_business_messaging")) {
                scopes.add(scope);
                granular.addObject()
                        .put("scope", scope)
                        .putArray("target_ids")
                        .add(account.wabaId());
            }
        }
        return answer;
    }

    private ObjectNode sync(JsonNode body) {
        String type = body.path("sync_type").asText();
        if (!type.equals("history") && !type.equals("smb_app_state_sync")) {
            throw GraphException.badRequest(
                    "Param sync_type must be one of {HISTORY, SMB_APP_STATE_SYNC}");
        }
        if (clock.instant().isAfter(onboarded.plus(SYNC_RIGHT))) {
            throw GraphException.syncTooLate();
        }
        synchronized (synced) {
            if (!synced.add(type)) {
                throw GraphException.syncAlreadyUsed();
            }
        }
        if (type.equals("history")) {
            app.sharesHistory();
        } else {
            app.sharesContacts();
        }
        return json.createObjectNode()
                .put("messaging_product", "whatsapp")
                .put("request_id", UUID.randomUUID().toString());
    }

    private ObjectNode upload(GraphEndpoint.Call call) {
        MediaShelf.Item file = MediaShelf.fromMultipart(call.contentType(), call.body());
        return json.createObjectNode().put("id", media.add(file.mimeType(), file.bytes()).id());
    }

    private ObjectNode ofMedia(GraphEndpoint.Call call) {
        String id = call.path()[0];
        if (call.is("DELETE", 1) && media.remove(id)) {
            return json.createObjectNode().put("success", true);
        }
        if (!call.is("GET", 1)) {
            throw GraphException.noSuchObject(id);
        }
        MediaShelf.Item item = media.find(id).orElseThrow(() -> GraphException.noSuchObject(id));
        return json.createObjectNode()
                .put("messaging_product", "whatsapp")
                .put("id", id)
                .put("mime_type", item.mimeType())
                .put("sha256", item.sha256())
                .put("file_size", Integer.toString(item.bytes().length))
                .put("url", baseUrl.get() + "/media-file/" + media.newTicket(id));
    }
}
