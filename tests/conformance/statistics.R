# What R's psych and eRm say of a file of 0 and 1, line by line: a name, then numbers. Its own argument is the file.
suppressMessages({library(psych); library(eRm)})
right <- as.matrix(read.csv(commandArgs(trailingOnly = TRUE)[1]))
say <- function(name, values) cat(name, sprintf("%.10f", as.numeric(values)), "\n")

classical <- suppressWarnings(psych::alpha(as.data.frame(right), warnings = FALSE, n.iter = 1))
say("p", colMeans(right))
say("alpha", classical$total$raw_alpha)
say("r", classical$item.stats$raw.r)
say("r_corrected", classical$item.stats$r.drop)
rest <- sapply(seq_len(ncol(right)), function(i) cor(right[, i], rowSums(right[, -i])))
say("r_corrected_plain", rest)
say("alpha_if_dropped", classical$alpha.drop$raw_alpha)

conditional <- eRm::RM(right)
say("easiness", conditional$betapar)
say("errors", conditional$se.beta)
say("log_likelihood", conditional$loglik)
persons <- suppressWarnings(eRm::person.parameter(conditional))
scores <- rowSums(right)
ability <- persons$theta.table[["Person Parameter"]]
for (score in 1:(ncol(right) - 1)) say(paste0("ability_", score), ability[scores == score][1])

# Marginal likelihood of the 2PL, by R's own optimiser over 121 equally spaced points of the ability.
at <- seq(-6, 6, length.out = 121)
weight <- dnorm(at) / sum(dnorm(at))
less <- function(par) {
  k <- ncol(right)
  chance <- plogis(outer(at, par[1:k]) + rep(par[k + 1:k], each = length(at)))
  each <- log(chance) %*% t(right) + log1p(-chance) %*% t(1 - right)
  -sum(log(colSums(weight * exp(each))))
}
start <- c(rep(1, ncol(right)), qlogis(colMeans(right)))
found <- optim(start, less, method = "BFGS", control = list(maxit = 1000, reltol = 1e-14))
say("slopes", found$par[seq_len(ncol(right))])
say("marginal_2pl", -found$value)

targets <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
found <- psych::ICC(targets, lmer = FALSE)$results
say("icc", found[2, c("ICC", "lower bound", "upper bound")])
say("icc_of_the_mean", found[5, c("ICC", "lower bound", "upper bound")])
levels <- cbind(0:8, c(0, 2, 0, 5, 0, 4, 4, 5, 6))
say("kappa", suppressWarnings(psych::cohen.kappa(levels)$weighted.kappa))
