package org.coexhub.outbound.template;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters a template's text asks for, such as <code>{{1}}</code> or <code>{{first_name}}</code>. */
final class Placeholders {

    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{\\s*+([A-Za-z0-9_]++)\\s*+}}");

    private Placeholders() {}

    static Set<String> in(String text) {
        var names = new LinkedHashSet<String>();
        Matcher matcher = PLACEHOLDER.matcher(text == null ? "" : text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
