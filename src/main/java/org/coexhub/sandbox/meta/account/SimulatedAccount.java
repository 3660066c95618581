package org.coexhub.sandbox.meta.account;

/** The app, the WhatsApp Business Account and its one coexistence number, with the secrets that both sides share. */
public record SimulatedAccount(
        String appId,
        String appSecret,
        String verifyToken,
        String accessToken,
        String wabaId,
        String phoneNumberId,
        String displayPhoneNumber,
        String verifiedName) {

    /** Phone number id of the simulated business. */
    public static final String NUMBER = "100200300400500";

    /** The usual shop, "Harbour Coffee", with the given secrets. */
    public static SimulatedAccount withSecrets(
            String appSecret, String verifyToken, String accessToken) {
        return new SimulatedAccount(
                "700100200300400",
                appSecret,
                verifyToken,
                accessToken,
                "200300400500600",
                NUMBER,
                "442079460018",
                "Harbour Coffee");
    }
}
