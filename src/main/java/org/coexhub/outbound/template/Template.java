package org.coexhub.outbound.template;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One template in one language.
 *
 * @param status Meta's word
 * @param reason why it is so, where a webhook said; else null
 * @param category Meta's word; null while nobody has told
 * @param named its parameters have names; otherwise places
 * @param components Meta's array of components; null while only a webhook has told of the template
 */
public record Template(
        String id,
        String name,
        String language,
        String status,
        String reason,
        String category,
        String quality,
        boolean named,
        JsonNode components) {

    private static final String MARKETING = "MARKETING";

    public boolean isMarketing() {
        return MARKETING.equalsIgnoreCase(category);
    }
}
