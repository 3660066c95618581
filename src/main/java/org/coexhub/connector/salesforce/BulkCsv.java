package org.coexhub.connector.salesforce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The comma-separated form of the Bulk API: lines end with LF, every value is quoted. */
final class BulkCsv {

    private BulkCsv() {}

    static String line(List<String> values) {
        var line = new StringBuilder();
        for (String value : values) {
            line.append(line.isEmpty() ? "\"" : ",\"")
                    .append(value == null ? "" : value.replace("\"", "\"\""))
                    .append('"');
        }
        return line.append('\n').toString();
    }

    /** Rows by the names of the first line. */
    static List<Map<String, String>> rows(String text) {
        List<List<String>> lines = lines(text);
        var rows = new ArrayList<Map<String, String>>();
        for (List<String> line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            var row = new LinkedHashMap<String, String>();
            for (int i = 0; i < Math.min(line.size(), lines.getFirst().size()); i++) {
                row.put(lines.getFirst().get(i), line.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<List<String>> lines(String text) {
        var lines = new ArrayList<List<String>>();
        var line = new ArrayList<String>();
        var value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                boolean doubled = c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (doubled) {
                    value.append('"');
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    value.append(c);
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                line.add(value.toString());
                value.setLength(0);
                if (c == '\n') {
                    lines.add(List.copyOf(line));
                    line.clear();
                }
            } else if (c != '\r') {
                value.append(c);
            }
        }
        if (!value.isEmpty() || !line.isEmpty()) {
            line.add(value.toString());
            lines.add(List.copyOf(line));
        }
        return lines;
    }
}
