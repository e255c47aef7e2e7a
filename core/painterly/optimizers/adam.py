"""Adam's two moving averages, for all who take their steps by them."""

from __future__ import annotations

from torch import Tensor


class Moments:
    """The moving averages of a gradient and of its square (Kingma and Ba 2015).

    Both start at 0. :attr:`correction` and :meth:`deviation` correct for that.

    Attributes:
        mean: of the gradients.
        square: of their squares.
    """

    def __init__(self, mean: Tensor, square: Tensor, betas: tuple[float, float]) -> None:
        """Start.

        Args:
            mean, square: zeros, of the shapes that :meth:`update` is given; updated in place.
            betas: the decay of each average, 0..1.
        """
        self.mean, self.square = mean, square
        self._betas = betas
        self._count = 0

    def update(self, gradient: Tensor, square: Tensor) -> None:
        """Take in one step's gradient and its square."""
        first, second = self._betas
        self._count += 1
        self.mean.lerp_(gradient, 1 - first)
        self.square.lerp_(square, 1 - second)

    @property
    def correction(self) -> float:
        """What the mean has to be divided by."""
        return 1 - self._betas[0] ** self._count

    def deviation(self, epsilon: float) -> Tensor:
        """The root of the mean square, corrected, plus ``epsilon``."""
        known = 1 - self._betas[1] ** self._count
        return self.square.div(known).sqrt_().add_(epsilon)
