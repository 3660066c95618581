package org.coexhub.connector.chatbot.render;

import java.util.ArrayList;
import java.util.List;

/** Texts made to fit, counted in characters as Meta counts them: an emoji outside the basic plane is one. */
final class Cut {

    private static final String ELLIPSIS = "…";

    /** Where a text is best divided, the best first. */
    private static final List<String> SEAMS =
            List.of("\n\n", "\n", ". ", "! ", "? ", "; ", ", ", " ");

    private Cut() {}

    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The text, or its beginning and an ellipsis. */
    static String to(String text, int most) {
        String stripped = text.strip();
        if (length(stripped) <= most) {
            return stripped;
        }
        return stripped.substring(0, stripped.offsetByCodePoints(0, most - 1)).stripTrailing()
                + ELLIPSIS;
    }

    /** Parts of at most so many characters, divided between paragraphs, lines, sentences or words where possible. */
    static List<String> parts(String text, int most) {
        var parts = new ArrayList<String>();
        String rest = text.strip();
        while (length(rest) > most) {
            int end = rest.offsetByCodePoints(0, most);
            int seam = seam(rest, end);
            parts.add(rest.substring(0, seam).strip());
            rest = rest.substring(seam).strip();
        }
        if (!rest.isEmpty()) {
            parts.add(rest);
        }
        return parts;
    }

    /** Not in the first half, or one long word would make many short messages. */
    private static int seam(String text, int end) {
        for (String seam : SEAMS) {
            int at = text.lastIndexOf(seam, end - seam.length());
            if (at >= end / 2) {
                return at + seam.length();
            }
        }
        return end;
    }
}
