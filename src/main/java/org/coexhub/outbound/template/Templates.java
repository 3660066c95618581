package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WabaId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.state.conversation.NumberStore;
import org.springframework.stereotype.Component;

import java.util.List;
import java.util.Optional;

/** The templates a number may use. */
@Component
public class Templates {

    private final NumberStore numbers;
    private final TemplateStore store;

    Templates(NumberStore numbers, TemplateStore store) {
        this.numbers = numbers;
        this.store = store;
    }

    /** Empty while the number's account or its templates are not known. */
    public List<Template> of(PhoneNumberId number) {
        return numbers.wabaOf(number).map(store::list).orElse(List.of());
    }

    /** The template a command sends, if it sends one that is known. */
    public Optional<Template> usedBy(SendCommand command) {
        if (!command.isTemplate()) {
            return Optional.empty();
        }
        JsonNode used = command.message().path(SendCommand.TEMPLATE);
        return numbers.wabaOf(command.from()).flatMap(account -> find(account, used));
    }

    Optional<WabaId> accountOf(PhoneNumberId number) {
        return numbers.wabaOf(number);
    }

    Optional<Template> find(WabaId account, JsonNode used) {
        return store.find(
                account, used.path("name").asText(), used.path("language").path("code").asText());
    }

    List<String> languages(WabaId account, JsonNode used) {
        return store.languages(account, used.path("name").asText());
    }
}
