package org.coexhub.platform.settings;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The words for a value that its setting's type cannot take; never the value, which may be a secret in the wrong place. */
final class BindFault {

    private BindFault() {}

    static List<String> words(BindException fault) {
        return words(fault.getName(), fault.getTarget(), fault);
    }

    static List<String> words(ConfigurationPropertyName name, Bindable<?> target, Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingFaultException ofRecord) {
                return ofRecord.faults();
            }
        }
        Class<?> type = target.getType().toClass();
        return List.of(SettingName.shown(name.toString()) + " is not a usable " + usable(type));
    }

    private static String usable(Class<?> type) {
        if (type.isEnum()) {
            return "choice; write one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(one -> one.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "Duration" -> "time span; write a number and a unit, for example 30s, 12h or 180d";
            case "DataSize" -> "size; write a number and a unit, for example 16MB";
            case "int", "Integer", "long", "Long" -> "whole number, for example 16";
            case "double", "Double" -> "number, for example 0.2";
            case "boolean", "Boolean" -> "switch; write true or false";
            case "URI", "URL" -> "address, for example https://crm.example.com/hook";
            case "Path" -> "path, for example /var/lib/hub";
            default -> "value; docs/settings.md has an example";
        };
    }
}
