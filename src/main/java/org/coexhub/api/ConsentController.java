package org.coexhub.api;

import com.fasterxml.jackson.annotation.JsonInclude;

import org.coexhub.event.ConversationId;
import org.coexhub.state.consent.Consent;
import org.coexhub.state.consent.Decision;
import org.coexhub.state.consent.Decision.Marketing;
import org.coexhub.state.conversation.Conversation;
import org.coexhub.state.conversation.ConversationStore;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Endpoints for a customer's consent to marketing: what stands and why, and an operator's decision. */
@RestController
@RequestMapping("/api/v1/conversations/{id}/consent")
class ConsentController {

    private final Consent consent;
    private final ConversationStore conversations;

    ConsentController(Consent consent, ConversationStore conversations) {
        this.consent = consent;
        this.conversations = conversations;
    }

    /** {@code since} and {@code cause} are null where nobody has decided. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Standing(Marketing marketing, Instant since, String cause, List<Decision> decisions) {}

    /** {@code reason} may be left out. */
    record Order(String marketing, String reason) {}

    @GetMapping
    Standing standing(@PathVariable String id) {
        return describe(existing(id));
    }

    @PostMapping
    Standing order(@PathVariable String id, @RequestBody Order order) {
        Marketing marketing =
                switch (order.marketing == null ? "" : order.marketing) {
                    case "allowed" -> Marketing.ALLOWED;
                    case "stopped" -> Marketing.STOPPED;
                    default ->
                            throw new ProblemException(
                                    422,
                                    "Decision not valid",
                                    "marketing has to be allowed or stopped",
                                    Map.of("pointer", "/marketing"));
                };
        return describe(consent.order(existing(id), marketing, order.reason).conversation());
    }

    private Standing describe(ConversationId id) {
        List<Decision> decisions = consent.decisions(id);
        return decisions.stream()
                .findFirst()
                .map(last -> new Standing(last.marketing(), last.at(), last.cause(), decisions))
                .orElseGet(() -> new Standing(Marketing.ALLOWED, null, null, decisions));
    }

    private ConversationId existing(String id) {
        var conversation = new ConversationId(id);
        Optional<ConversationId> found = conversations.find(conversation).map(Conversation::id);
        if (found.isEmpty() && consent.standing(conversation).isEmpty()) {
            throw new ProblemException(
                    404, "No such conversation", "no conversation has this id", Map.of());
        }
        return found.orElse(conversation);
    }
}
