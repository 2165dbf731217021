package io.millrace.sampling;

/**
 * How the loss is hardened against the negatives of {@code advir}: its value at item vectors that are moved by ε in the
 * direction it grows in is added, μ times.
 *
 * @param sampler config name of the leaf whose negatives are moved
 * @param epsilon ε, 0 to 1
 * @param weight μ, 0 to 1
 * @param both true when the positive is moved too
 */
public record Adversary(String sampler, float epsilon, float weight, boolean both) {

    public static final Adversary NONE = new Adversary("advir", 0, 0, false);

    /** Of the settings, where the sampler, or one of its mix, is {@code advir}. */
    static Adversary of(String sampler, Parameters parameters) {
        Object share = parameters.below("mix").get("advir");
        boolean mixed = sampler.equals("mix") && share instanceof Number n && n.doubleValue() > 0;
        var configured = new Adversary(
                "advir",
                (float) parameters.number("advir.epsilon", 0, 1),
                (float) parameters.number("advir.mu", 0, 1),
                parameters.choice("advir.perturb", "negative", "both").equals("both"));
        return mixed || sampler.equals("advir") ? configured : NONE;
    }

    /** False when nothing is added. */
    public boolean isActive() {
        return weight > 0;
    }
}
