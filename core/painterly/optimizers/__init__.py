"""How a picture goes down its loss: gradient descent, Adam on a pyramid, L-BFGS."""
