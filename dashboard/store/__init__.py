"""The only SQL of the dashboard, by what it is of; whoever asks says `store.` and the name of the
query.
"""

from dashboard.store.areas import *
from dashboard.store.catalogue import *
from dashboard.store.comparable import *
from dashboard.store.database import *
from dashboard.store.figures import *
from dashboard.store.locations import *
from dashboard.store.method import *
from dashboard.store.observation import *
from dashboard.store.relations import *
from dashboard.store.resources import *
from dashboard.store.revised import *
